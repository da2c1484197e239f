designs diff patterns/retry patterns/retry
