scenarios list 'incident/two*' --json
