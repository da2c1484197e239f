matrix regression/two-cancels --ascii
