matrix incident/two-users --width 80
