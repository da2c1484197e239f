compare incident/two-users -s 'alice *2'
