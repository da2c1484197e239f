matrix lessons/one-cancel -d 'patterns/*' --width 120
