explain ilk0012 vacuous --width 80
