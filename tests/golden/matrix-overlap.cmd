matrix lessons/two-cancels --ascii
