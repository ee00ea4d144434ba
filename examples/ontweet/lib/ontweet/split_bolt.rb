# frozen_string_literal: true

module Ontweet
  # A tweet comes in; its user and each of its hashtags go out, each on a stream of its own, and for the journal both
  # together with the id.
  class SplitBolt < Redgale::Bolt
    output_fields :id, :user, :hashtags
    stream :users, :name
    stream :hashtags, :name

    on_values emit: false do |id, user, text, named|
      hashtags = Hashtags.of(text, named)
      emit [id, user, hashtags]
      emit user, stream: :users
      hashtags.each { |hashtag| emit hashtag, stream: :hashtags }
    end
  end
end
