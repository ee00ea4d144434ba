# frozen_string_literal: true

require "redgale"

# The tables of configuration keys in docs/dsl/configuration.md, made of the table in the code. To write them anew:
#
#   ruby -Ilib spec/support/configuration_table.rb
module ConfigurationTable
  PAGE = File.expand_path("../../docs/dsl/configuration.md", __dir__)
  # What stands between these two comments is made here.
  PART = /(?<=<!-- keys -->\n).*(?=<!-- end of keys -->)/m
  TAKES = { "boolean" => "true, false", "seconds" => "seconds above 0", "text" => "a String" }.freeze

  class << self
    # @return [String] both tables in Markdown
    def markdown
      idle, working = Redgale::Configurator.keys.partition { |row| row["status"] == "no_effect" }
      <<~MARKDOWN

        | word | key | takes | default | meaning |
        |---|---|---|---|---|
        #{working.map { |row| cells(words(row), key(row), takes(row), default(row), meaning(row)) }.join("\n")}

        These are Storm's; they are accepted with a warning and have no effect:

        | word | key | because |
        |---|---|---|
        #{idle.map { |row| cells(words(row), key(row), row["doc"]) }.join("\n")}

      MARKDOWN
    end

    # @return [String] what the page has
    def documented
      File.read(PAGE)[PART]
    end

    private

    def cells(*texts) = "| #{texts.join(" | ")} |"

    def words(row) = row["names"].map { |name| "`#{name}`" }.join(", ")

    def key(row) = "`#{row["key"]}`"

    def takes(row)
      return "a whole number from #{row["min"]}" if row["type"] == "integer"

      TAKES.fetch(row["type"])
    end

    def default(row) = row["default"] == "nil" ? "none" : row["default"]

    def meaning(row) = [row["doc"], row["why"]].compact.join("; ")
  end
end

if $PROGRAM_NAME == __FILE__
  page = File.read(ConfigurationTable::PAGE)
  File.write(ConfigurationTable::PAGE, page.sub(ConfigurationTable::PART) { ConfigurationTable.markdown })
end
