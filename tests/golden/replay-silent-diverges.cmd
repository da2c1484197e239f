replay regression/silent-server -d patterns/shield -s "alice alice' sil.1 srv.1"
