"""Map sheets (附图): true to scale, in the working zone, as vector PDF with layers and text that can be searched."""
