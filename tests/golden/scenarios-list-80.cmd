scenarios --width 80
