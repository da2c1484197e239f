matrix regression/killed -d patterns/poison-flag -d patterns/shield
