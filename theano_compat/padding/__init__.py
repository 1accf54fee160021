"""How ops work on arrays of which only a part counts, in programs for many lengths (compile.padded).

`sizes`: what such arrays are; `rules`, `shapes`, `indices`, `sorting`, `convolution`, `draws`: what ops do with them. Loops are in
`control.scan_padded`, derivatives in `gradient.padded`.
"""
