designs
