# frozen_string_literal: true

# Finds the terms that set each document apart from the others, by TF-IDF: how often a term is in the document, times
# the logarithm of how rare it is among the documents.
#
#   redgale local tf_idf.rb
#   redgale local tf_idf.rb --set documents=my_texts --set top=3

require "redgale"

# Emits the documents, and when all of them are acked, which means that their terms have been counted in every bolt, one
# marker that asks for the scores.
class DocumentSpout < Redgale::Spout
  output_fields :document, :text
  stream :done, :documents

  on_init do
    @names = Dir.children(config["documents"]).grep(/\.txt\z/).sort.each
    @sent = @acked = 0
  end

  on_send do
    name = @names.next
    @sent += 1
    [name.delete_suffix(".txt"), File.read(File.join(config["documents"], name), encoding: "UTF-8")]
  rescue StopIteration
    next if @acked < @sent

    emit @sent, stream: :done
    finish
  end

  on_ack { @acked += 1 }
end

class TermBolt < Redgale::Bolt
  output_fields :document, :term

  on_receive do |tuple|
    tuple[:text].downcase.scan(/\p{L}+/).map { |term| [tuple[:document], term] }
  end
end

# Grouped by document and term: the same term of the same document always comes to the same task.
class TermFrequencyBolt < Redgale::Bolt
  output_fields :document, :term, :frequency

  on_init { @frequencies = Hash.new(0) }

  on_values do |document, term|
    [document, term, @frequencies[[document, term]] += 1]
  end
end

# Grouped by term: one task has the frequencies of a term in all documents, so it knows in how many the term is.
class ScoreBolt < Redgale::Bolt
  output_fields :document, :term, :score

  on_init { @frequencies = Hash.new { |terms, term| terms[term] = {} } }

  on_receive do |tuple|
    next scores(tuple[:documents]) if tuple.stream == :done

    @frequencies[tuple[:term]][tuple[:document]] = tuple[:frequency]
    nil
  end

  def scores(documents)
    @frequencies.flat_map do |term, by_document|
      rarity = Math.log(documents.fdiv(by_document.size))
      by_document.map { |document, frequency| [document, term, frequency * rarity] }
    end
  end
end

# Grouped by document: one task has all scores of a document.
class RankBolt < Redgale::Bolt
  on_init { @scores = Hash.new { |documents, document| documents[document] = {} } }
  on_values(emit: false) { |document, term, score| @scores[document][term] = score }

  on_close do
    @scores.each do |document, scores|
      top = scores.sort_by { |term, score| [-score, term] }.first(config["top"])
      print top.map { |term, score| "#{document.ljust(12)} #{format("%8.4f", score)}  #{term}\n" }.join
    end
  end
end

class TfIdfTopology < Redgale::Topology
  spout DocumentSpout
  bolt(TermBolt, parallelism: 2) { source DocumentSpout, :shuffle }
  bolt(TermFrequencyBolt, parallelism: 2) { source TermBolt, fields: %i[document term] }

  bolt(ScoreBolt, parallelism: 2) do
    source TermFrequencyBolt, fields: [:term]
    source DocumentSpout, :all, stream: :done
  end

  bolt(RankBolt, parallelism: 2) { source ScoreBolt, fields: [:document] }

  configure do
    set "documents", File.join(__dir__, "documents")
    set "top", 5
  end
end
