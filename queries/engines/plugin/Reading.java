package summit;

import com.arcadedb.exception.CommandParsingException;
import com.arcadedb.graph.Vertex;
import java.util.List;

/** What procedures are given and nodes hold, as Java's own types. */
final class Reading {
  private Reading() {}

  /** The node with a label that an argument is. */
  static Vertex node(Object value, String label, String procedure, String name) {
    if (value instanceof Vertex found && found.getTypeName().equals(label))
      return found;
    throw new CommandParsingException(procedure + ": " + name + " is " + value + "; expected a node labelled " + label);
  }

  static double number(Object value, String procedure, String name) {
    if (value instanceof Number found)
      return found.doubleValue();
    throw new CommandParsingException(procedure + ": " + name + " is " + value + "; expected a number");
  }

  /** A list of whole numbers; none where the property is missing. */
  static int[] integers(Vertex node, String property) {
    List<Number> found = node.getList(property);
    return found == null ? new int[0] : found.stream().mapToInt(Number::intValue).toArray();
  }

  /** A list of numbers; none where the property is missing. */
  static double[] numbers(Vertex node, String property) {
    List<Number> found = node.getList(property);
    return found == null ? new double[0] : found.stream().mapToDouble(Number::doubleValue).toArray();
  }
}
