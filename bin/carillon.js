#!/usr/bin/env node
// The installed command. Everything it does is in the built src/cli/main.ts.
import '../dist/cli/main.js'
