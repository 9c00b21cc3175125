import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;

/**
 * Build CORPUS INDEX SEGMENTS K1 B: an index of documents, frequencies and positions, the id stored.
 *
 * <p>One segment is made by one flush and a forced merge; several by a commit after each equal part
 * and no merging.
 */
public final class Build {
  private static final String HEAD = "{\"id\":\"", MIDDLE = "\",\"text\":\"", TAIL = "\"}";

  public static void main(String[] arguments) throws IOException {
    Path corpus = Path.of(arguments[0]), index = Path.of(arguments[1]);
    int segments = Integer.parseInt(arguments[2]);
    float k1 = Float.parseFloat(arguments[3]), b = Float.parseFloat(arguments[4]);
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
            .setRAMBufferSizeMB(1024)
            .setSimilarity(new BM25Similarity(k1, b));
    if (segments > 1) config.setMergePolicy(NoMergePolicy.INSTANCE);
    try (FSDirectory directory = FSDirectory.open(index);
        IndexWriter writer = new IndexWriter(directory, config)) {
      add(corpus, writer, segments);
      writer.commit();
      if (segments == 1) writer.forceMerge(1, true);
      writer.commit();
    }
  }

  private static void add(Path corpus, IndexWriter writer, int segments) throws IOException {
    StoredField id = new StoredField("id", "");
    Field text = new Field(Notation.FIELD, "", positions());
    Document document = new Document();
    document.add(id);
    document.add(text);
    long total = segments > 1 ? count(corpus) : 0;
    try (BufferedReader lines = Files.newBufferedReader(corpus, StandardCharsets.US_ASCII)) {
      long added = 0;
      int parts = 1;
      for (String line; (line = lines.readLine()) != null; added++) {
        if (parts < segments && added == total * parts / segments) {
          writer.commit();
          parts++;
        }
        int middle = line.indexOf(MIDDLE);
        id.setStringValue(line.substring(HEAD.length(), middle));
        text.setStringValue(
            line.substring(middle + MIDDLE.length(), line.length() - TAIL.length()));
        writer.addDocument(document);
      }
    }
  }

  private static long count(Path corpus) throws IOException {
    try (var lines = Files.lines(corpus, StandardCharsets.US_ASCII)) {
      return lines.count();
    }
  }

  private static FieldType positions() {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
    type.freeze();
    return type;
  }
}
