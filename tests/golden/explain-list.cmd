explain --ascii
