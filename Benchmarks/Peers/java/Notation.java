import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** The query notation of queries.py: "+must -not may phrase.of.terms". */
final class Notation {
  static final String FIELD = "text";

  private Notation() {}

  /** One line of the query file: class, name, notation, tags. */
  record Line(String group, String name, Query query) {
    static Line of(String text) {
      String[] fields = text.split("\t", -1);
      return new Line(fields[0], fields[1], parse(fields[2]));
    }
  }

  /** A single clause becomes its own query, so that Lucene need not unwrap a boolean of one. */
  static Query parse(String notation) {
    String[] clauses = notation.split(" ");
    if (clauses.length == 1) return clause(clauses[0]);
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    for (String text : clauses) {
      Occur occur =
          switch (text.charAt(0)) {
            case '+' -> Occur.MUST;
            case '-' -> Occur.MUST_NOT;
            default -> Occur.SHOULD;
          };
      builder.add(clause(occur == Occur.SHOULD ? text : text.substring(1)), occur);
    }
    return builder.build();
  }

  private static Query clause(String text) {
    List<String> terms = new ArrayList<>();
    Collections.addAll(terms, text.split("\\."));
    if (terms.size() == 1) return new TermQuery(new Term(FIELD, terms.get(0)));
    return new PhraseQuery(FIELD, terms.toArray(new String[0]));
  }
}
