run 'incidnt/two-*'
