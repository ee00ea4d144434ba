# frozen_string_literal: true

# What the `redgale` binary runs for commands that load Ruby: one argument, the command as JSON.

# INT or TERM while Ruby or the topology file loads: nothing runs yet that could drain. Not by an exception, which
# RubyGems may turn into another one when it hits a `require`.
%w[INT TERM].each do |name|
  trap(name) do |number|
    $stdout.flush
    $stderr.write("redgale: ended by SIG#{name} before the topology ran\n")
  ensure
    exit!(128 + number)
  end
end

require "redgale/launcher"

exit Redgale::Launcher.main(ARGV.shift)
