matrix regression/one-cancel -d 'patterns/*' --width 120
