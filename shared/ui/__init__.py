"""The look: styles, scripts and icons (built by build.mjs), page frames and macros, and a page that shows them all."""
