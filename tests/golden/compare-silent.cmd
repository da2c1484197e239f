compare regression/silent-server -d patterns/shield -d patterns/close-on-cancel --ascii
