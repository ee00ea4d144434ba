# frozen_string_literal: true

# What the `redgale` binary runs for commands that load Ruby: one argument, the command as JSON.
begin
  require "redgale/launcher"

  status = Redgale::Launcher.main(ARGV.shift)
rescue SignalException => e
  # INT or TERM while Ruby or the topology file loads: nothing runs yet that could drain
  warn "redgale: ended by SIG#{Signal.signame(e.signo)} before the topology ran"
  status = 128 + e.signo
end
exit status
