designs diff patterns/retry 'patterns/*'
