# frozen_string_literal: true

# Loads the native extension. It defines Redgale::Native and Redgale::Tuple; loading starts nothing.
begin
  require "redgale/redgale"
rescue LoadError => e
  raise LoadError, "#{e.message}\nThe native extension of redgale is not built: run `rake compile` in a checkout, or " \
                   "install the gem again."
end
