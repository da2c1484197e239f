designs diff patterns/tombstones redis-py-4.5.1/cluster --ascii
