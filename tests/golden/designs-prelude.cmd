designs show prelude --ascii
