#!/bin/sh
# Makes the pictures of the brand, custom_components/yeastar/brand/*.png, from icon.svg and logo.svg.
# Needs rsvg-convert (Debian: librsvg2-bin), pngquant and optipng.
set -eu
cd "$(dirname "$0")"
target=../../custom_components/yeastar/brand

render() { # <source.svg> <height> <target.png>
    rsvg-convert --height "$2" "$1" | pngquant --quality 90-100 - > "$3"
    optipng -quiet -o5 -strip all "$3"
}

for name in icon logo; do
    # On a dark page the house is lighter and the letters are white.
    sed -e 's/#0f6b78/#1d8a99/g' -e 's/#173f46/#ffffff/g' "$name.svg" > "dark_$name.tmp.svg"
    render "$name.svg" 256 "$target/$name.png"
    render "$name.svg" 512 "$target/$name@2x.png"
    render "dark_$name.tmp.svg" 256 "$target/dark_$name.png"
    render "dark_$name.tmp.svg" 512 "$target/dark_$name@2x.png"
    rm "dark_$name.tmp.svg"
done
