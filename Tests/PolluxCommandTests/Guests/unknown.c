// A guest that wants an import which there is not.
void __wasm_import_wasi_nothing_nothing(void);
void pollux_guest(void) { __wasm_import_wasi_nothing_nothing(); }
