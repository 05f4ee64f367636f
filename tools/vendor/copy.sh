#!/bin/sh
# Copies what the pages use, and the licences, from the locked npm packages into static/vendor, and into tests/vendor
# the programs that read our calendars in the tests.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

packages=node_modules
vendor=../../static/vendor
fonts=$packages/@fontsource-variable/atkinson-hyperlegible-next

rm -rf "$vendor"
mkdir -p "$vendor/bootstrap" "$vendor/htmx" "$vendor/fonts" "$vendor/fullcalendar"

# The last line of a minified file names a source map, which is not served.
sed '/sourceMappingURL=/d' "$packages/bootstrap/dist/css/bootstrap.min.css" >"$vendor/bootstrap/bootstrap.min.css"
cp "$packages/bootstrap/LICENSE" "$vendor/bootstrap/LICENSE"

cp "$packages/htmx.org/dist/htmx.min.js" "$vendor/htmx/htmx.min.js"
cp "$packages/htmx.org/LICENSE" "$vendor/htmx/LICENSE"

cp "$fonts"/files/*.woff2 "$vendor/fonts/"
cp "$fonts/LICENSE" "$vendor/fonts/LICENSE"

"$packages/.bin/esbuild" calendar.js --bundle --minify --format=esm --target=es2022 --legal-comments=none \
  --banner:js="// FullCalendar v$(node -p 'require("fullcalendar/package.json").version'), MIT" \
  --log-level=error --outfile="$vendor/fullcalendar/calendar.min.js"
cat "$packages/fullcalendar/skeleton.css" "$packages/fullcalendar/themes/classic/theme.css" >"$vendor/fullcalendar/calendar.css"
cat "$packages/fullcalendar/LICENSE.md" "$packages/preact/LICENSE" "$packages/temporal-polyfill/LICENSE" >"$vendor/fullcalendar/LICENSE"

readers=../../tests/vendor
rm -rf "$readers"
mkdir -p "$readers/ical.js" "$readers/node-ical"

{
  echo "// ical.js v$(node -p 'require("./node_modules/ical.js/package.json").version'), MPL-2.0; its source is in the npm package ical.js"
  cat "$packages/ical.js/dist/ical.min.js"
} >"$readers/ical.js/ical.min.mjs"
cp "$packages/ical.js/LICENSE" "$readers/ical.js/LICENSE"

"$packages/.bin/esbuild" node-ical.js --bundle --minify --platform=node --format=esm --target=es2022 --legal-comments=none \
  --banner:js="// node-ical v$(node -p 'require("./node_modules/node-ical/package.json").version'), Apache-2.0" \
  --log-level=error --outfile="$readers/node-ical/node-ical.min.mjs"
cat "$packages/node-ical/LICENSE" "$packages/rrule-temporal/LICENSE" "$packages/temporal-polyfill/LICENSE" >"$readers/node-ical/LICENSE"
