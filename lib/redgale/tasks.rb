# frozen_string_literal: true

require "rake"

# Rake tasks for a project: `require "redgale/tasks"` in its Rakefile.
namespace :redgale do
  desc "Run a topology file on this machine"
  task :local, [:file] do |_, arguments|
    file = arguments[:file] or abort "redgale:local needs a file: rake 'redgale:local[word_count.rb]'"
    exec File.expand_path("../../exe/redgale", __dir__), "local", file
  end

  { package: ["packaging", :file], deploy: ["clusters", :file, :cluster], list: ["clusters"],
    kill: ["clusters", :name] }.each do |name, (part, *arguments)|
    desc "Not available yet: it comes with #{part} in a later release"
    task(name, arguments) do
      abort "redgale:#{name} is not available yet: it comes with #{part} in a later release"
    end
  end
end
