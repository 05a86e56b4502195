;; The guest as a component. Its own module takes the place of $guest, which is empty here.
(component
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.ready" (func (param "self" (borrow $pollable)) (result bool)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))
    (export "poll" (func (param "in" (list (borrow $pollable))) (result (list u32))))))
  (alias export $poll "pollable" (type $pollable))

  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
    (alias outer 1 $pollable (type $outer))
    (export "pollable" (type $pollable (eq $outer)))
    (export "now" (func (result u64)))
    (export "subscribe-instant" (func (param "when" u64) (result (own $pollable))))
    (export "subscribe-duration" (func (param "when" u64) (result (own $pollable))))))

  (import "wasi:io/streams@0.2.0" (instance $streams
    (alias outer 1 $pollable (type $outer))
    (export "pollable" (type $pollable (eq $outer)))
    (export "input-stream" (type $input-stream (sub resource)))
    (export "[method]input-stream.subscribe"
      (func (param "self" (borrow $input-stream)) (result (own $pollable))))))
  (alias export $streams "input-stream" (type $input-stream))

  (import "wasi:cli/stdin@0.2.0" (instance $stdin
    (alias outer 1 $input-stream (type $outer))
    (export "input-stream" (type $input-stream (eq $outer)))
    (export "get-stdin" (func (result (own $input-stream))))))

  (core module $guest)

  ;; `poll` reads and writes the guest's memory, which is there only once the guest is, which needs
  ;; `poll`: so it gets a function that calls through a table, and the table is filled afterwards.
  (core module $door
    (type $poll (func (param i32 i32 i32)))
    (table (export "table") 1 1 funcref)
    (func (export "poll") (type $poll)
      (call_indirect (type $poll) (local.get 0) (local.get 1) (local.get 2) (i32.const 0))))
  (core module $filling
    (import "" "table" (table 1 1 funcref))
    (import "" "poll" (func $poll (param i32 i32 i32)))
    (elem (i32.const 0) func $poll))

  (core func $ready (canon lower (func $poll "[method]pollable.ready")))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core func $pollable-drop (canon resource.drop $pollable))
  (core func $now (canon lower (func $clock "now")))
  (core func $subscribe-instant (canon lower (func $clock "subscribe-instant")))
  (core func $subscribe-duration (canon lower (func $clock "subscribe-duration")))
  (core func $subscribe (canon lower (func $streams "[method]input-stream.subscribe")))
  (core func $input-stream-drop (canon resource.drop $input-stream))
  (core func $get-stdin (canon lower (func $stdin "get-stdin")))

  (core instance $door (instantiate $door))
  (core instance $guest (instantiate $guest
    (with "wasi:io/poll@0.2.0" (instance
      (export "[method]pollable.ready" (func $ready))
      (export "[method]pollable.block" (func $block))
      (export "[resource-drop]pollable" (func $pollable-drop))
      (export "poll" (func $door "poll"))))
    (with "wasi:clocks/monotonic-clock@0.2.0" (instance
      (export "now" (func $now))
      (export "subscribe-instant" (func $subscribe-instant))
      (export "subscribe-duration" (func $subscribe-duration))))
    (with "wasi:io/streams@0.2.0" (instance
      (export "[method]input-stream.subscribe" (func $subscribe))
      (export "[resource-drop]input-stream" (func $input-stream-drop))))
    (with "wasi:cli/stdin@0.2.0" (instance
      (export "get-stdin" (func $get-stdin))))))

  (core func $polls (canon lower (func $poll "poll")
    (memory (core memory $guest "memory")) (realloc (core func $guest "cabi_realloc"))))
  (core instance (instantiate $filling
    (with "" (instance
      (export "table" (table $door "table"))
      (export "poll" (func $polls))))))

  (func (export "measure") (param "row" u32) (param "size" u32) (result u64)
    (canon lift (core func $guest "measure")))
  (func (export "run-timers") (param "rounds" u32)
    (canon lift (core func $guest "run-timers")))
  (func (export "lateness") (param "thousandths" u32) (result s64)
    (canon lift (core func $guest "lateness"))))
