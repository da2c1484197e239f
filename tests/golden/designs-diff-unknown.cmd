designs diff patterns/retry patterns/retri
