# frozen_string_literal: true

require "json"

module Ontweet
  # Writes a line of JSON for each tweet to the file `ontweet.journal`; without one, nothing.
  class JournalBolt < Redgale::Bolt
    on_init do
      @file = config["ontweet.journal"] && File.open(config["ontweet.journal"], "a")
      @file&.sync = true
    end

    on_values emit: false do |id, user, hashtags|
      @file&.write("#{JSON.generate("id" => id, "user" => user, "hashtags" => hashtags)}\n")
    end

    on_close { @file&.close }
  end
end
