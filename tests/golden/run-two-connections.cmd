run regression/two-connections -d redis-py-4.5.1/pool --width 120
