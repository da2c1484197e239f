run regression/one-cancel -d 'patterns/*' --width 80
