matrix lessons/killed -d patterns/poison-flag -d patterns/shield
