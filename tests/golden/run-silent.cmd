run lessons/silent-server -d patterns/tombstones -i cancel-frees
