compare lessons/silent-server -d patterns/shield -d patterns/close-on-cancel --ascii
