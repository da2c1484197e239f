run regression/silent-server -d patterns/tombstones -i cancel-frees
