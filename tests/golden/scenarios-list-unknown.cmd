scenarios list 'incidnt/*'
