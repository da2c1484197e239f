designs diff patterns/retry
