new design
