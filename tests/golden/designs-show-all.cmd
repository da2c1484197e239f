designs show patterns/drain --all
