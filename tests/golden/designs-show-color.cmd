designs show patterns/drain --color always
