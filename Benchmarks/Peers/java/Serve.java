import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;

/**
 * Serve INDEX QUERIES K1 B: answers the requests of runners.py, one a line, each by one line.
 *
 * <p>Query objects are made beforehand, the query cache is off, and pruning starts as soon as k hits
 * are found.
 */
public final class Serve {
  private final IndexSearcher searcher;
  private final Map<String, List<Notation.Line>> groups = new LinkedHashMap<>();
  private long sink;

  private Serve(IndexSearcher searcher, List<String> lines) {
    this.searcher = searcher;
    for (String text : lines) {
      Notation.Line line = Notation.Line.of(text);
      groups.computeIfAbsent(line.group(), group -> new ArrayList<>()).add(line);
    }
  }

  public static void main(String[] arguments) throws Exception {
    try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(Path.of(arguments[0]))); ) {
      List<String> lines = Files.readAllLines(Path.of(arguments[1]));
      Serve server = new Serve(searcher(reader, arguments[2], arguments[3]), lines);
      System.out.println("ok " + reader.leaves().size());
      BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
      for (String line; (line = requests.readLine()) != null; ) {
        System.out.println("ok " + server.handle(line.split("\t")));
      }
    }
  }

  static IndexSearcher searcher(DirectoryReader reader, String k1, String b) {
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    searcher.setSimilarity(new BM25Similarity(Float.parseFloat(k1), Float.parseFloat(b)));
    return searcher;
  }

  private String handle(String[] request) throws Exception {
    switch (request[0]) {
      case "answers" -> answers(request[1]);
      case "warm" -> warm(request[1].split(","), Double.parseDouble(request[2]));
      case "time" ->
          time(
              groups.get(request[1]), request[2], Integer.parseInt(request[3]),
              Integer.parseInt(request[4]), Long.parseLong(request[5]), request[6]);
      case "rate" ->
          { return rate(groups.get(request[1]), request[2], Integer.parseInt(request[3]),
              Double.parseDouble(request[4])); }
      default -> throw new IllegalArgumentException(request[0]);
    }
    return "";
  }

  /** TOP_k, COUNT or TOP_k_COUNT. */
  static Object run(IndexSearcher searcher, Query query, String command) throws IOException {
    if (command.equals("COUNT")) return searcher.count(query);
    String[] parts = command.split("_");
    int hits = Integer.parseInt(parts[1]);
    int threshold = parts.length == 3 ? Integer.MAX_VALUE : hits;
    return searcher.search(query, new TopScoreDocCollectorManager(hits, null, threshold));
  }

  /** Per query: name, count, and the ids and scores of the ten best. */
  private void answers(String file) throws IOException {
    StoredFields stored = searcher.getIndexReader().storedFields();
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(file)))) {
      for (List<Notation.Line> group : groups.values()) {
        for (Notation.Line line : group) {
          TopDocs top = (TopDocs) run(searcher, line.query(), "TOP_10_COUNT");
          out.print(line.name() + "\t" + searcher.count(line.query()) + "\t");
          for (ScoreDoc hit : top.scoreDocs) {
            out.print(stored.document(hit.doc).get("id") + ":" + hit.score + " ");
          }
          out.println();
        }
      }
    }
  }

  /** Runs everything until the time is up, so that all paths are compiled. */
  private void warm(String[] commands, double seconds) throws IOException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      for (List<Notation.Line> group : groups.values()) {
        List<Notation.Line> some = new ArrayList<>(group);
        Collections.shuffle(some);
        for (String command : commands) {
          for (Notation.Line line : some.subList(0, Math.min(500, some.size()))) {
            sink += run(searcher, line.query(), command).hashCode();
          }
        }
      }
    }
  }

  /** Per query: name, least and middle nanoseconds of the rounds, each in another order. */
  private void time(
      List<Notation.Line> group, String command, int warmup, int rounds, long seed, String file)
      throws IOException {
    int count = group.size();
    long[][] times = new long[count][rounds];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < count; i++) order.add(i);
    Random random = new Random(seed);
    for (int round = -warmup; round < rounds; round++) {
      Collections.shuffle(order, random);
      for (int i : order) {
        Query query = group.get(i).query();
        long start = System.nanoTime();
        Object result = run(searcher, query, command);
        long elapsed = System.nanoTime() - start;
        sink += result.hashCode();
        if (round >= 0) times[i][round] = elapsed;
      }
    }
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(file)))) {
      for (int i = 0; i < count; i++) {
        Arrays.sort(times[i]);
        long middle = (times[i][(rounds - 1) / 2] + times[i][rounds / 2]) / 2;
        out.println(group.get(i).name() + "\t" + times[i][0] + "\t" + middle);
      }
    }
  }

  /** Queries a second of one class by so many threads that share the searcher. */
  private String rate(List<Notation.Line> group, String command, int threads, double seconds)
      throws InterruptedException {
    AtomicLong done = new AtomicLong();
    long start = System.nanoTime(), end = start + (long) (seconds * 1e9);
    Thread[] workers = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      int offset = t * group.size() / threads;
      workers[t] =
          new Thread(
              () -> {
                long own = 0;
                try {
                  for (int i = offset; System.nanoTime() < end; i = (i + 1) % group.size()) {
                    own += run(searcher, group.get(i).query(), command) == null ? 0 : 1;
                  }
                } catch (IOException error) {
                  throw new java.io.UncheckedIOException(error);
                }
                done.addAndGet(own);
              });
      workers[t].start();
    }
    for (Thread worker : workers) worker.join();
    return String.valueOf(done.get() / ((System.nanoTime() - start) / 1e9));
  }
}
