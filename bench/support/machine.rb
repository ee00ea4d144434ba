# frozen_string_literal: true

require "etc"
require "rbconfig"

module Bench
  # What a figure was measured on.
  module Machine
    module_function

    # @return [Hash{String => String}] facts by name, in the order they are shown
    def facts
      { "CPU" => cpu, "cores" => Etc.nprocessors.to_s, "memory" => memory, "kernel" => kernel, "system" => system_name,
        "Ruby" => "#{RUBY_DESCRIPTION}, no JIT", "redgale" => revision, "others" => others }
    end

    def cpu
      info = File.read("/proc/cpuinfo")
      model = info[/^model name\s*:\s*(.+)$/, 1] || "unknown"
      mhz = info[/^cpu MHz\s*:\s*(.+)$/, 1]
      mhz ? "#{model}, #{mhz.to_f.round} MHz" : model
    end

    def memory
      kilobytes = File.read("/proc/meminfo")[/^MemTotal:\s+(\d+)/, 1].to_i
      format("%.1f GiB", kilobytes / 1024.0 / 1024)
    end

    def kernel
      uname = Etc.uname
      "#{uname[:sysname]} #{uname[:release]} #{uname[:machine]}"
    end

    def system_name
      File.read("/etc/os-release")[/^PRETTY_NAME="?([^"\n]+)/, 1]
    end

    # The commit that was measured; "+" if tracked files of the library differ from it.
    def revision
      Dir.chdir(ROOT) do
        head = `git rev-parse --short HEAD 2>/dev/null`.strip
        changed = `git status --porcelain -uno -- lib crates ext exe 2>/dev/null`.strip
        head.empty? ? "unknown" : "#{head}#{'+' unless changed.empty?}"
      end
    end

    # Cores in use by others, looked at for two seconds before anything is measured.
    def others
      before = Times.now
      sleep 2
      format("%.2f cores busy in the two seconds before", (Times.now - before).busy)
    end

    # Clock ticks of all cores since the start of the machine: in use, and taken by the host of a virtual machine.
    Times = Struct.new(:used, :stolen, :all) do
      def self.now
        user, nice, system, idle, wait, irq, soft, steal = File.foreach("/proc/stat").first.split.drop(1).map(&:to_i)
        used = user + nice + system + irq + soft
        new(used, steal, used + steal + idle + wait)
      end

      def -(other)
        Times.new(*to_a.zip(other.to_a).map { |mine, its| mine - its })
      end

      # Cores in use.
      def busy
        used.to_f / all * Etc.nprocessors
      end

      # Share of all time that the host took.
      def stolen_share
        stolen.to_f / all
      end
    end
  end
end
