import java.nio.file.Path;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.FSDirectory;

/** Cold INDEX NOTATION K1 B: nanoseconds to open the index, and of the first query after it. */
public final class Cold {
  public static void main(String[] arguments) throws Exception {
    Query query = Notation.parse(arguments[1]);
    long start = System.nanoTime();
    try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(Path.of(arguments[0])))) {
      IndexSearcher searcher = Serve.searcher(reader, arguments[2], arguments[3]);
      long opened = System.nanoTime();
      Serve.run(searcher, query, "TOP_10");
      System.out.println((opened - start) + " " + (System.nanoTime() - opened));
    }
  }
}
