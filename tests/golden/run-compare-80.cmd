run lessons/one-cancel -d 'patterns/*' --width 80
