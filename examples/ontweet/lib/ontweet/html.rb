# frozen_string_literal: true

require "cgi"

module Ontweet
  # Plain text of the small HTML in which posts are written: paragraphs, line breaks, links, lists. The result is text,
  # to be counted and shown in a terminal; it is not safe to be put into HTML.
  module Html
    module_function

    # @param html [String]
    # @return [String]
    def text(html)
      broken = html.gsub(%r{</(?:p|li|blockquote|pre|h\d)>\s*|<br\s*/?>}i, "\n")
      CGI.unescapeHTML(broken.gsub(/<[^>]*>/, "").gsub("&nbsp;", " ")).tr("\u00a0", " ").gsub(/\n{2,}/, "\n").strip
    end
  end
end
