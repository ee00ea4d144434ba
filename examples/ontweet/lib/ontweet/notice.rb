# frozen_string_literal: true

module Ontweet
  # A message of the server about the stream itself, for example why it is about to close the connection.
  Notice = Struct.new(:text)
end
